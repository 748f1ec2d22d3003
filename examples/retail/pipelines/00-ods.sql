-- The source tables as canal's topics give them, one topic a table. Written from examples/retail/schema by the test of it: ORRERY_GOLDEN=write.

CREATE TABLE ods_store_shop (
    store_code STRING NOT NULL,
    store_name STRING NOT NULL,
    store_type INT NOT NULL,
    region STRING NOT NULL,
    province STRING NOT NULL,
    city STRING NOT NULL,
    status INT NOT NULL,
    open_date DATE NOT NULL,
    close_date DATE,
    fcustid BIGINT NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (store_code) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_store.store_shop', 'format' = 'canal', 'table' = 'gqsh_store.store_shop');

CREATE TABLE ods_product_category (
    category_id BIGINT NOT NULL,
    category_name STRING NOT NULL,
    parent_id BIGINT,
    PRIMARY KEY (category_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_product.product_category', 'format' = 'canal', 'table' = 'gqsh_product.product_category');

CREATE TABLE ods_product_spu (
    spu_id BIGINT NOT NULL,
    spu_name STRING NOT NULL,
    category_id BIGINT NOT NULL,
    brand STRING NOT NULL,
    PRIMARY KEY (spu_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_product.product_spu', 'format' = 'canal', 'table' = 'gqsh_product.product_spu');

CREATE TABLE ods_product_sku (
    sku_code STRING NOT NULL,
    spu_id BIGINT NOT NULL,
    sku_name STRING NOT NULL,
    spec STRING,
    unit STRING NOT NULL,
    sale_price DECIMAL(18, 2) NOT NULL,
    cost_price DECIMAL(18, 4) NOT NULL,
    status INT NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (sku_code) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_product.product_sku', 'format' = 'canal', 'table' = 'gqsh_product.product_sku');

CREATE TABLE ods_member (
    member_id BIGINT NOT NULL,
    nickname STRING,
    mobile_mask STRING NOT NULL,
    level INT NOT NULL,
    points BIGINT NOT NULL,
    register_channel STRING NOT NULL,
    register_time TIMESTAMP(0) NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (member_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_member.member', 'format' = 'canal', 'table' = 'gqsh_member.member');

CREATE TABLE ods_store_member (
    id BIGINT NOT NULL,
    store_code STRING NOT NULL,
    member_id BIGINT NOT NULL,
    bind_source STRING NOT NULL,
    bind_time TIMESTAMP(0) NOT NULL,
    status INT NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_member.store_member', 'format' = 'canal', 'table' = 'gqsh_member.store_member');

CREATE TABLE ods_member_points_log (
    id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    points BIGINT NOT NULL,
    reason STRING NOT NULL,
    order_id BIGINT,
    create_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_member.member_points_log', 'format' = 'canal', 'table' = 'gqsh_member.member_points_log');

CREATE TABLE ods_gqsh_order (
    order_id BIGINT NOT NULL,
    order_no STRING NOT NULL,
    parent_order_no STRING,
    store_code STRING NOT NULL,
    member_id BIGINT NOT NULL,
    channel STRING NOT NULL,
    order_type INT NOT NULL,
    order_status INT NOT NULL,
    total_amount DECIMAL(18, 2) NOT NULL,
    discount_amount DECIMAL(18, 2) NOT NULL,
    freight_amount DECIMAL(18, 2) NOT NULL,
    pay_amount DECIMAL(18, 2) NOT NULL,
    create_time TIMESTAMP(0) NOT NULL,
    pay_time TIMESTAMP(0),
    finish_time TIMESTAMP(0),
    cancel_time TIMESTAMP(0),
    cancel_reason STRING,
    is_deleted TINYINT NOT NULL,
    remark STRING,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order');

CREATE TABLE ods_gqsh_order_ext (
    order_id BIGINT NOT NULL,
    source_channel STRING NOT NULL,
    delivery_type INT NOT NULL,
    receiver_province STRING,
    receiver_city STRING,
    utm_source STRING,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_ext', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_ext');

CREATE TABLE ods_gqsh_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line_no INT NOT NULL,
    sku_code STRING NOT NULL,
    sku_name STRING NOT NULL,
    quantity INT NOT NULL,
    sale_price DECIMAL(18, 2) NOT NULL,
    discount_amount DECIMAL(18, 2) NOT NULL,
    pay_amount DECIMAL(18, 2) NOT NULL,
    is_gift TINYINT NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_item', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_item');

CREATE TABLE ods_gqsh_order_after_sales (
    after_sales_id BIGINT NOT NULL,
    after_sales_no STRING NOT NULL,
    order_id BIGINT NOT NULL,
    after_sales_type INT NOT NULL,
    status INT NOT NULL,
    refund_amount DECIMAL(18, 2) NOT NULL,
    reason STRING,
    apply_time TIMESTAMP(0) NOT NULL,
    refund_time TIMESTAMP(0),
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (after_sales_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_after_sales', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_after_sales');

CREATE TABLE ods_gqsh_order_after_sales_dtl (
    id BIGINT NOT NULL,
    after_sales_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    line_no INT NOT NULL,
    sku_code STRING NOT NULL,
    quantity INT NOT NULL,
    refund_amount DECIMAL(18, 2) NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_after_sales_dtl', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_after_sales_dtl');

CREATE TABLE ods_gqsh_order_delivery (
    delivery_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    carrier STRING NOT NULL,
    status INT NOT NULL,
    ship_time TIMESTAMP(0),
    sign_time TIMESTAMP(0),
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (delivery_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_delivery', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_delivery');

CREATE TABLE ods_gqsh_order_coupon (
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    coupon_code STRING NOT NULL,
    coupon_type INT NOT NULL,
    coupon_amount DECIMAL(18, 2) NOT NULL,
    create_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_coupon', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_coupon');

CREATE TABLE ods_gqsh_order_activity (
    id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    activity_name STRING NOT NULL,
    discount_amount DECIMAL(18, 2) NOT NULL,
    create_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_order_activity', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_order_activity');

CREATE TABLE ods_perf_info (
    perf_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    perf_no STRING NOT NULL,
    perf_status INT NOT NULL,
    promised_time TIMESTAMP(0),
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (perf_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.perf_info', 'format' = 'canal', 'table' = 'gqsh_order.perf_info');

CREATE TABLE ods_perf_record (
    record_id BIGINT NOT NULL,
    perf_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    action STRING NOT NULL,
    operator STRING,
    action_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (record_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.perf_record', 'format' = 'canal', 'table' = 'gqsh_order.perf_record');

CREATE TABLE ods_gqsh_activity_group_buy (
    group_id BIGINT NOT NULL,
    activity_id BIGINT NOT NULL,
    leader_member_id BIGINT NOT NULL,
    need_count INT NOT NULL,
    status INT NOT NULL,
    create_time TIMESTAMP(0) NOT NULL,
    complete_time TIMESTAMP(0),
    PRIMARY KEY (group_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_activity_group_buy', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_activity_group_buy');

CREATE TABLE ods_gqsh_activity_group_buy_detail (
    id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    member_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    join_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_order.gqsh_activity_group_buy_detail', 'format' = 'canal', 'table' = 'gqsh_order.gqsh_activity_group_buy_detail');

CREATE TABLE ods_t_order_info (
    order_id BIGINT NOT NULL,
    order_no STRING NOT NULL,
    store_code STRING NOT NULL,
    till_no INT NOT NULL,
    cashier STRING NOT NULL,
    member_id BIGINT,
    pay_type INT NOT NULL,
    total_amount DECIMAL(18, 2) NOT NULL,
    discount_amount DECIMAL(18, 2) NOT NULL,
    pay_amount DECIMAL(18, 2) NOT NULL,
    order_status INT NOT NULL,
    order_time TIMESTAMP(0) NOT NULL,
    update_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (order_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_pos_order.t_order_info', 'format' = 'canal', 'table' = 'gqsh_pos_order.t_order_info');

CREATE TABLE ods_t_order_item (
    item_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    sku_code STRING NOT NULL,
    quantity INT NOT NULL,
    sale_price DECIMAL(18, 2) NOT NULL,
    pay_amount DECIMAL(18, 2) NOT NULL,
    PRIMARY KEY (item_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_pos_order.t_order_item', 'format' = 'canal', 'table' = 'gqsh_pos_order.t_order_item');

CREATE TABLE ods_t_order_refund_info (
    refund_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    refund_no STRING NOT NULL,
    refund_amount DECIMAL(18, 2) NOT NULL,
    refund_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (refund_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_pos_order.t_order_refund_info', 'format' = 'canal', 'table' = 'gqsh_pos_order.t_order_refund_info');

CREATE TABLE ods_t_order_item_refund (
    id BIGINT NOT NULL,
    refund_id BIGINT NOT NULL,
    order_id BIGINT NOT NULL,
    item_id BIGINT NOT NULL,
    quantity INT NOT NULL,
    refund_amount DECIMAL(18, 2) NOT NULL,
    PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_pos_order.t_order_item_refund', 'format' = 'canal', 'table' = 'gqsh_pos_order.t_order_item_refund');

CREATE TABLE ods_t_sal_order (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FCUSTID BIGINT NOT NULL,
    FSALEORGID BIGINT NOT NULL,
    FFINALVERSION STRING NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_order', 'format' = 'canal', 'table' = 'k3cloud.t_sal_order');

CREATE TABLE ods_t_sal_orderentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FUNITID BIGINT NOT NULL,
    FQTY DECIMAL(23, 10) NOT NULL,
    FMRPCLOSESTATUS STRING NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_orderentry', 'format' = 'canal', 'table' = 'k3cloud.t_sal_orderentry');

CREATE TABLE ods_t_sal_orderentry_f (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FTAXPRICE DECIMAL(23, 10) NOT NULL,
    FPRICE DECIMAL(23, 10) NOT NULL,
    FTAXRATE DECIMAL(23, 10) NOT NULL,
    FALLAMOUNT DECIMAL(23, 10) NOT NULL,
    FAMOUNT DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_orderentry_f', 'format' = 'canal', 'table' = 'k3cloud.t_sal_orderentry_f');

CREATE TABLE ods_t_sal_orderentry_d (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FPLANDELIVERYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_orderentry_d', 'format' = 'canal', 'table' = 'k3cloud.t_sal_orderentry_d');

CREATE TABLE ods_t_sal_orderentry_r (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSTOCKOUTQTY DECIMAL(23, 10) NOT NULL,
    FRETURNQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_orderentry_r', 'format' = 'canal', 'table' = 'k3cloud.t_sal_orderentry_r');

CREATE TABLE ods_t_sal_outstock (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FCUSTOMERID BIGINT NOT NULL,
    FSALEORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_outstock', 'format' = 'canal', 'table' = 'k3cloud.t_sal_outstock');

CREATE TABLE ods_t_sal_outstockentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FSTOCKID BIGINT NOT NULL,
    FREALQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_outstockentry', 'format' = 'canal', 'table' = 'k3cloud.t_sal_outstockentry');

CREATE TABLE ods_t_sal_outstockentry_f (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FTAXPRICE DECIMAL(23, 10) NOT NULL,
    FPRICE DECIMAL(23, 10) NOT NULL,
    FTAXRATE DECIMAL(23, 10) NOT NULL,
    FALLAMOUNT DECIMAL(23, 10) NOT NULL,
    FAMOUNT DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_outstockentry_f', 'format' = 'canal', 'table' = 'k3cloud.t_sal_outstockentry_f');

CREATE TABLE ods_t_sal_outstockentry_lk (
    FLINKID BIGINT NOT NULL,
    FENTRYID BIGINT NOT NULL,
    FSTABLENAME STRING NOT NULL,
    FSBILLID BIGINT NOT NULL,
    FSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FLINKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_sal_outstockentry_lk', 'format' = 'canal', 'table' = 'k3cloud.t_sal_outstockentry_lk');

CREATE TABLE ods_t_pur_poorder (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FSUPPLIERID BIGINT NOT NULL,
    FPURCHASEORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_poorder', 'format' = 'canal', 'table' = 'k3cloud.t_pur_poorder');

CREATE TABLE ods_t_pur_poorderentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_poorderentry', 'format' = 'canal', 'table' = 'k3cloud.t_pur_poorderentry');

CREATE TABLE ods_t_pur_poorderentry_f (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FTAXPRICE DECIMAL(23, 10) NOT NULL,
    FPRICE DECIMAL(23, 10) NOT NULL,
    FTAXRATE DECIMAL(23, 10) NOT NULL,
    FALLAMOUNT DECIMAL(23, 10) NOT NULL,
    FAMOUNT DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_poorderentry_f', 'format' = 'canal', 'table' = 'k3cloud.t_pur_poorderentry_f');

CREATE TABLE ods_t_pur_poorderentry_r (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSTOCKINQTY DECIMAL(23, 10) NOT NULL,
    FMRBQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_poorderentry_r', 'format' = 'canal', 'table' = 'k3cloud.t_pur_poorderentry_r');

CREATE TABLE ods_t_stk_instock (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FSUPPLIERID BIGINT NOT NULL,
    FSTOCKORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_instock', 'format' = 'canal', 'table' = 'k3cloud.t_stk_instock');

CREATE TABLE ods_t_stk_instockentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FSTOCKID BIGINT NOT NULL,
    FREALQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_instockentry', 'format' = 'canal', 'table' = 'k3cloud.t_stk_instockentry');

CREATE TABLE ods_t_stk_instockentry_f (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FTAXPRICE DECIMAL(23, 10) NOT NULL,
    FPRICE DECIMAL(23, 10) NOT NULL,
    FTAXRATE DECIMAL(23, 10) NOT NULL,
    FALLAMOUNT DECIMAL(23, 10) NOT NULL,
    FAMOUNT DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_instockentry_f', 'format' = 'canal', 'table' = 'k3cloud.t_stk_instockentry_f');

CREATE TABLE ods_t_stk_instockentry_lk (
    FLINKID BIGINT NOT NULL,
    FENTRYID BIGINT NOT NULL,
    FSTABLENAME STRING NOT NULL,
    FSBILLID BIGINT NOT NULL,
    FSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FLINKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_instockentry_lk', 'format' = 'canal', 'table' = 'k3cloud.t_stk_instockentry_lk');

CREATE TABLE ods_t_pur_mrb (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FSUPPLIERID BIGINT NOT NULL,
    FSTOCKORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_mrb', 'format' = 'canal', 'table' = 'k3cloud.t_pur_mrb');

CREATE TABLE ods_t_pur_mrbentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FSTOCKID BIGINT NOT NULL,
    FRMREALQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_mrbentry', 'format' = 'canal', 'table' = 'k3cloud.t_pur_mrbentry');

CREATE TABLE ods_t_pur_mrbentry_f (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FTAXPRICE DECIMAL(23, 10) NOT NULL,
    FPRICE DECIMAL(23, 10) NOT NULL,
    FTAXRATE DECIMAL(23, 10) NOT NULL,
    FALLAMOUNT DECIMAL(23, 10) NOT NULL,
    FAMOUNT DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_mrbentry_f', 'format' = 'canal', 'table' = 'k3cloud.t_pur_mrbentry_f');

CREATE TABLE ods_t_pur_mrbentry_lk (
    FLINKID BIGINT NOT NULL,
    FENTRYID BIGINT NOT NULL,
    FSTABLENAME STRING NOT NULL,
    FSBILLID BIGINT NOT NULL,
    FSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FLINKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_pur_mrbentry_lk', 'format' = 'canal', 'table' = 'k3cloud.t_pur_mrbentry_lk');

CREATE TABLE ods_t_stk_stktransferin (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FSTOCKORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_stktransferin', 'format' = 'canal', 'table' = 'k3cloud.t_stk_stktransferin');

CREATE TABLE ods_t_stk_stktransferinentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FSRCSTOCKID BIGINT NOT NULL,
    FDESTSTOCKID BIGINT NOT NULL,
    FQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_stktransferinentry', 'format' = 'canal', 'table' = 'k3cloud.t_stk_stktransferinentry');

CREATE TABLE ods_t_prd_mo (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FPRDORGID BIGINT NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_prd_mo', 'format' = 'canal', 'table' = 'k3cloud.t_prd_mo');

CREATE TABLE ods_t_prd_moentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FQTY DECIMAL(23, 10) NOT NULL,
    FSTOCKINQTY DECIMAL(23, 10) NOT NULL,
    FSTATUS INT NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_prd_moentry', 'format' = 'canal', 'table' = 'k3cloud.t_prd_moentry');

CREATE TABLE ods_t_ar_receivable (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FCUSTOMERID BIGINT NOT NULL,
    FSETTLEORGID BIGINT NOT NULL,
    FALLAMOUNTFOR DECIMAL(23, 10) NOT NULL,
    FWRITTENOFFAMOUNT DECIMAL(23, 10) NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ar_receivable', 'format' = 'canal', 'table' = 'k3cloud.t_ar_receivable');

CREATE TABLE ods_t_ar_receivableentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FPRICEQTY DECIMAL(23, 10) NOT NULL,
    FALLAMOUNTFOR DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ar_receivableentry', 'format' = 'canal', 'table' = 'k3cloud.t_ar_receivableentry');

CREATE TABLE ods_t_ar_receivableentry_lk (
    FLINKID BIGINT NOT NULL,
    FENTRYID BIGINT NOT NULL,
    FSTABLENAME STRING NOT NULL,
    FSBILLID BIGINT NOT NULL,
    FSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FLINKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ar_receivableentry_lk', 'format' = 'canal', 'table' = 'k3cloud.t_ar_receivableentry_lk');

CREATE TABLE ods_t_ap_payable (
    FID BIGINT NOT NULL,
    FBILLNO STRING NOT NULL,
    FDATE TIMESTAMP(0) NOT NULL,
    FSUPPLIERID BIGINT NOT NULL,
    FSETTLEORGID BIGINT NOT NULL,
    FALLAMOUNTFOR DECIMAL(23, 10) NOT NULL,
    FWRITTENOFFAMOUNT DECIMAL(23, 10) NOT NULL,
    FDOCUMENTSTATUS STRING NOT NULL,
    FCANCELSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ap_payable', 'format' = 'canal', 'table' = 'k3cloud.t_ap_payable');

CREATE TABLE ods_t_ap_payableentry (
    FENTRYID BIGINT NOT NULL,
    FID BIGINT NOT NULL,
    FSEQ INT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FPRICEQTY DECIMAL(23, 10) NOT NULL,
    FALLAMOUNTFOR DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FENTRYID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ap_payableentry', 'format' = 'canal', 'table' = 'k3cloud.t_ap_payableentry');

CREATE TABLE ods_t_ap_payableentry_lk (
    FLINKID BIGINT NOT NULL,
    FENTRYID BIGINT NOT NULL,
    FSTABLENAME STRING NOT NULL,
    FSBILLID BIGINT NOT NULL,
    FSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FLINKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_ap_payableentry_lk', 'format' = 'canal', 'table' = 'k3cloud.t_ap_payableentry_lk');

CREATE TABLE ods_t_stk_inventory (
    FID STRING NOT NULL,
    FSTOCKORGID BIGINT NOT NULL,
    FSTOCKID BIGINT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FLOT BIGINT NOT NULL,
    FOWNERID BIGINT NOT NULL,
    FSTOCKSTATUSID BIGINT NOT NULL,
    FBASEQTY DECIMAL(23, 10) NOT NULL,
    FQTY DECIMAL(23, 10) NOT NULL,
    FUPDATETIME TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_stk_inventory', 'format' = 'canal', 'table' = 'k3cloud.t_stk_inventory');

CREATE TABLE ods_t_gl_balance (
    FID BIGINT NOT NULL,
    FACCOUNTBOOKID BIGINT NOT NULL,
    FACCOUNTID BIGINT NOT NULL,
    FYEAR INT NOT NULL,
    FPERIOD INT NOT NULL,
    FBEGINBALANCE DECIMAL(23, 10) NOT NULL,
    FDEBIT DECIMAL(23, 10) NOT NULL,
    FCREDIT DECIMAL(23, 10) NOT NULL,
    FENDBALANCE DECIMAL(23, 10) NOT NULL,
    PRIMARY KEY (FID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_gl_balance', 'format' = 'canal', 'table' = 'k3cloud.t_gl_balance');

CREATE TABLE ods_t_bd_material (
    FMATERIALID BIGINT NOT NULL,
    FNUMBER STRING NOT NULL,
    FMATERIALGROUP BIGINT NOT NULL,
    FFORBIDSTATUS STRING NOT NULL,
    FMODIFYDATE TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (FMATERIALID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bd_material', 'format' = 'canal', 'table' = 'k3cloud.t_bd_material');

CREATE TABLE ods_t_bd_material_l (
    FPKID BIGINT NOT NULL,
    FMATERIALID BIGINT NOT NULL,
    FLOCALEID INT NOT NULL,
    FNAME STRING NOT NULL,
    FSPECIFICATION STRING,
    PRIMARY KEY (FPKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bd_material_l', 'format' = 'canal', 'table' = 'k3cloud.t_bd_material_l');

CREATE TABLE ods_t_bd_customer_l (
    FPKID BIGINT NOT NULL,
    FCUSTID BIGINT NOT NULL,
    FLOCALEID INT NOT NULL,
    FNAME STRING NOT NULL,
    PRIMARY KEY (FPKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bd_customer_l', 'format' = 'canal', 'table' = 'k3cloud.t_bd_customer_l');

CREATE TABLE ods_t_bd_stock_l (
    FPKID BIGINT NOT NULL,
    FSTOCKID BIGINT NOT NULL,
    FLOCALEID INT NOT NULL,
    FNAME STRING NOT NULL,
    PRIMARY KEY (FPKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bd_stock_l', 'format' = 'canal', 'table' = 'k3cloud.t_bd_stock_l');

CREATE TABLE ods_t_bd_unit_l (
    FPKID BIGINT NOT NULL,
    FUNITID BIGINT NOT NULL,
    FLOCALEID INT NOT NULL,
    FNAME STRING NOT NULL,
    PRIMARY KEY (FPKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bd_unit_l', 'format' = 'canal', 'table' = 'k3cloud.t_bd_unit_l');

CREATE TABLE ods_t_org_organizations_l (
    FPKID BIGINT NOT NULL,
    FORGID BIGINT NOT NULL,
    FLOCALEID INT NOT NULL,
    FNAME STRING NOT NULL,
    PRIMARY KEY (FPKID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_org_organizations_l', 'format' = 'canal', 'table' = 'k3cloud.t_org_organizations_l');

CREATE TABLE ods_t_bas_datacenter (
    FDATACENTERID STRING NOT NULL,
    FNUMBER STRING NOT NULL,
    FNAME STRING NOT NULL,
    FDATABASENAME STRING NOT NULL,
    PRIMARY KEY (FDATACENTERID) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.k3cloud.t_bas_datacenter', 'format' = 'canal', 'table' = 'k3cloud.t_bas_datacenter');

CREATE TABLE ods_traffic_log (
    log_id BIGINT NOT NULL,
    visitor STRING NOT NULL,
    member_id BIGINT,
    store_code STRING,
    terminal STRING NOT NULL,
    page STRING NOT NULL,
    sku_code STRING,
    visit_time TIMESTAMP(0) NOT NULL,
    PRIMARY KEY (log_id) NOT ENFORCED
) WITH ('connector' = 'topic', 'topic' = 'retail.gqsh_traffic.traffic_log', 'format' = 'canal', 'table' = 'gqsh_traffic.traffic_log');
